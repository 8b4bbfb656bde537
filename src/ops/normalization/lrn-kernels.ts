import lrnWgsl from '../../../shaders/normalization/lrn.wgsl';
import gradientWgsl from '../../../shaders/normalization/lrn_gradient.wgsl';
import { defineKernel } from '../../runtime/kernel.js';

/** Of local response normalisation. */
export const lrnKernel = defineKernel(lrnWgsl);
export const lrnGradientKernel = defineKernel(gradientWgsl);
