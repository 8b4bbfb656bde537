// What one invocation handles at once: four neighbouring elements.
alias Lane = vec4<Element>;
