// Element type of a storage shader.
alias Element = i32;
