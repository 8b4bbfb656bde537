// What a cast reads.
alias From = f32;
