// What a cast writes.
alias To = f32;
