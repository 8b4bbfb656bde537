// Element type of a storage shader: 4-byte values copied by their bits.
alias Element = u32;
