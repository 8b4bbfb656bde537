// What a cast reads.
alias From = i32;
