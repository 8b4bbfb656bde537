enable f16;
// What a cast writes.
alias To = f16;
