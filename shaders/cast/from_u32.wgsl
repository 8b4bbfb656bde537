// What a cast reads.
alias From = u32;
