import avgPoolWgsl from '../../../shaders/pooling/avg_pool2d.wgsl';
import maxPoolWgsl from '../../../shaders/pooling/max_pool2d.wgsl';
import maxPoolStripWgsl from '../../../shaders/pooling/max_pool2d_strip.wgsl';
import { defineKernel } from '../../runtime/kernel.js';

/** Of sliding windows, forward. */
export const maxPoolKernel = defineKernel(maxPoolWgsl);
export const maxPoolStripKernel = defineKernel(maxPoolStripWgsl);
export const avgPoolKernel = defineKernel(avgPoolWgsl);
