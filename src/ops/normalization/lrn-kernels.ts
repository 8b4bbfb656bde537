import lrnWgsl from '../../../shaders/normalization/lrn.wgsl';
import gradientWgsl from '../../../shaders/normalization/lrn_gradient.wgsl';
import windowWgsl from '../../../shaders/normalization/lrn_window.wgsl';
import windowGradientWgsl from '../../../shaders/normalization/lrn_window_gradient.wgsl';
import { defineKernel } from '../../runtime/kernel.js';

/** Of local response normalisation, by rung and pass. */
export const lrnKernels = {
  direct: { forward: defineKernel(lrnWgsl), gradient: defineKernel(gradientWgsl) },
  walk: { forward: defineKernel(windowWgsl), gradient: defineKernel(windowGradientWgsl) },
};
