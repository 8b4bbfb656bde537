// What one invocation handles at once: one element.
alias Lane = Element;
