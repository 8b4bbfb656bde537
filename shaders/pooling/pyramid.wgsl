// Common to the pyramid kernels: levels, windows and bins (He et al. 2014, appendix A; sizes are any, one rule).
// Bin (i, j) of an n x m level over a window of h x w cells covers rows [floor(i h / n), ceil((i + 1) h / n)), columns alike.
// Preludes: common/divide.wgsl.
struct Params {
  rows: u32, // images, or windows
  channels: u32,
  height: u32,
  width: u32,
  bins: u32, // of all levels together
  levels: u32,
  has_windows: u32,
  planes: u32, // images * channels
  table: array<vec4u, 16>, // a level each: bins down, bins across, bins of the levels before, -
}

// Rows top..bottom and columns left..right of the map, half-open.
struct Window { image: u32, top: u32, left: u32, bottom: u32, right: u32, valid: bool }

fn whole_map(image: u32) -> Window {
  return Window(image, 0u, 0u, params.height, params.width, true);
}

// A window from the list; one that leaves the map or is empty is not valid.
fn listed_window(row: u32) -> Window {
  let image = windows[row * 5u];
  let top = windows[row * 5u + 1u];
  let left = windows[row * 5u + 2u];
  let bottom = windows[row * 5u + 3u];
  let right = windows[row * 5u + 4u];
  let images = i32(params.planes / params.channels);
  let valid = image >= 0 && image < images && top >= 0 && left >= 0 && top < bottom && left < right
    && bottom <= i32(params.height) && right <= i32(params.width);
  return Window(u32(image), u32(top), u32(left), u32(bottom), u32(right), valid);
}

fn window_of(row: u32) -> Window {
  if (params.has_windows != 0u) { return listed_window(row); }
  return whole_map(row);
}

// First cell of bin i of n between two ends of an axis, and the one after its last.
fn bin_ends(start: u32, end: u32, n: u32, i: u32) -> vec2u {
  let size = end - start;
  return start + vec2u(divide(i * size, n), divide((i + 1u) * size + n - 1u, n));
}

// Cells of one bin: first row, first column, row after the last, column after the last.
fn bin_cells(window: Window, level: vec4u, bin: u32) -> vec4u {
  let i = divide(bin, level.y);
  let rows = bin_ends(window.top, window.bottom, level.x, i);
  let columns = bin_ends(window.left, window.right, level.y, bin - i * level.y);
  return vec4u(rows.x, columns.x, rows.y, columns.y);
}
