// What a cast writes.
alias Written = vec4<i32>;

fn written(values: vec4<From>) -> Written {
  return Written(values);
}
