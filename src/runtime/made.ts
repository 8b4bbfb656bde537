/**
 * A value of a module that takes a call, a spread or a look into other values to make. Within this one, bundlers may drop it,
 * with the kernels in it, from pages that do not use it.
 */
/* @__NO_SIDE_EFFECTS__ */
export function made<Value>(make: () => Value): Value {
  return make();
}
