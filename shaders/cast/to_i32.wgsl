// What a cast writes.
alias To = i32;
