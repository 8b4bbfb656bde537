// Matrices of 8 x 8 halves, and invocations that are four subgroups of 8 lanes (lavapipe of Mesa 26).
const UNIT = 8u;
const INVOCATIONS = 32u;
