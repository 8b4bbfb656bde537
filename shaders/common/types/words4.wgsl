// Element type of a storage shader: four 4-byte values copied together by their bits.
alias Element = vec4u;
