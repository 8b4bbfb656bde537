// Elements that may be NaN, tested by nans(). Preludes: common/types/f32.wgsl (Element), common/nan_vector.wgsl (nans).
