// Element type of a storage shader.
alias Element = u32;
