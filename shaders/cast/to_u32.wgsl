// What a cast writes.
alias To = u32;
