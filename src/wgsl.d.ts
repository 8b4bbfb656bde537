declare module '*.wgsl?raw' {
  const code: string;
  export default code;
}

declare module '*.css?raw' {
  const text: string;
  export default text;
}

declare module '*.wasm?base64' {
  const base64: string;
  export default base64;
}

// The package's own entry for Node is CommonJS in an ESM package; its ES module has no declaration of its own.
declare module 'wgsl_reflect/wgsl_reflect.module.js' {
  export { WgslReflect } from 'wgsl_reflect';
}
