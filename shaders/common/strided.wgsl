// Positions in strided memory. Dims and strides of up to 8 axes are packed in two vec4u, outermost axis first. The walk is
// written out: dynamic indices would cost more than the arithmetic. Preludes: common/divide.wgsl.

struct Walk {
  rest: u32, // what is left of the index for the axes further out
  offset: u32,
}

fn step_out(walk: Walk, dim: u32, stride: u32) -> Walk {
  let outer = divide(walk.rest, dim);
  return Walk(outer, walk.offset + (walk.rest - outer * dim) * stride);
}

fn strided_offset(index: u32, rank: u32, dims: array<vec4u, 2>, strides: array<vec4u, 2>) -> u32 {
  var walk = Walk(index, 0u);
  if (rank > 7u) { walk = step_out(walk, dims[1].w, strides[1].w); }
  if (rank > 6u) { walk = step_out(walk, dims[1].z, strides[1].z); }
  if (rank > 5u) { walk = step_out(walk, dims[1].y, strides[1].y); }
  if (rank > 4u) { walk = step_out(walk, dims[1].x, strides[1].x); }
  if (rank > 3u) { walk = step_out(walk, dims[0].w, strides[0].w); }
  if (rank > 2u) { walk = step_out(walk, dims[0].z, strides[0].z); }
  if (rank > 1u) { walk = step_out(walk, dims[0].y, strides[0].y); }
  if (rank > 0u) { walk.offset += walk.rest * strides[0].x; }
  return walk.offset;
}
