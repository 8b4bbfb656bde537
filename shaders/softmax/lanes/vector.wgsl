// Four neighbouring lines per invocation. Preludes: common/types/f32.wgsl, common/lanes/vector.wgsl (Lane), common/lanes/exp_vector.wgsl.
