// Matrices of 16 x 16 halves, and invocations that are four subgroups of 32 lanes (NVIDIA).
const UNIT = 16u;
const INVOCATIONS = 128u;
