/** How a line ends that says of a picture that it cannot be used. */
export const LEFT_OUT = '; left out';
