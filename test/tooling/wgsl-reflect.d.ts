// The package's own entry for Node is CommonJS in an ESM package; its ES module has no declaration of its own.
declare module 'wgsl_reflect/wgsl_reflect.module.js' {
  export { WgslReflect } from 'wgsl_reflect';
}
