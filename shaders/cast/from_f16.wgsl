enable f16;
// What a cast reads.
alias From = f16;
