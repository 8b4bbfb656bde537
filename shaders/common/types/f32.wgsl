// Element type of a storage shader.
alias Element = f32;
