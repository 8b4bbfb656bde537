enable f16;
// Element type of a storage shader.
alias Element = f16;
