// A run of COLUMNS cells from any place of the maps, loaded four at a time: a CPU adapter loads lane by lane, and four numbers for
// hardly more than one. Four numbers begin where an address is a multiple of four, and a run anywhere: its cells go to
// their places in two steps of selections. The kernel has `x` as array<vec4f>.
override COLUMNS: u32 = 13; // at most MOST_COLUMNS
override PHASES: u32 = 3; // bits that the place of a run may have among the lowest two

const MOST_COLUMNS = 32u;

alias Run = array<f32, MOST_COLUMNS>;

// `at` may lie in front of the maps, as a negative number: those cells are undefined, as are those behind the maps.
fn run_at(at: u32) -> Run {
  let first = u32(i32(at) >> 2u);
  var loaded: array<f32, MOST_COLUMNS + 7u>;
  for (var i = 0u; i < (COLUMNS + PHASES + 3u) / 4u; i++) {
    let four = x[first + i];
    for (var k = 0u; k < 4u; k++) { loaded[4u * i + k] = four[k]; }
  }
  let by_two = (at & PHASES & 2u) != 0u;
  let by_one = (at & PHASES & 1u) != 0u;
  var run: Run;
  for (var i = 0u; i < COLUMNS; i++) {
    let even = select(loaded[i], loaded[i + 2u], by_two);
    let odd = select(loaded[i + 1u], loaded[i + 3u], by_two);
    run[i] = select(even, odd, by_one);
  }
  return run;
}
