// One line per invocation. Preludes: common/types/f32.wgsl, common/lanes/scalar.wgsl (Lane), common/lanes/exp_scalar.wgsl.
