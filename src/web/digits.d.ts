/** The digits that the page ships: see tools/web/digits.ts. */
declare module 'virtual:digits' {
  /** Digits of each class, 0 to 9. */
  export const counts: readonly number[];
  /** Grey bytes of 28 x 28 each, class after class: deflated, in base64. */
  export const packed: string;
}
