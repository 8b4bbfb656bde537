import avgGradientWgsl from '../../../shaders/pooling/pyramid_avg_gradient.wgsl';
import gatherWgsl from '../../../shaders/pooling/pyramid_gather.wgsl';
import maxWgsl from '../../../shaders/pooling/pyramid_max.wgsl';
import channelsWgsl from '../../../shaders/pooling/pyramid_max_channels.wgsl';
import maxGradientWgsl from '../../../shaders/pooling/pyramid_max_gradient.wgsl';
import nestedWgsl from '../../../shaders/pooling/pyramid_max_nested.wgsl';
import nestedChannelsWgsl from '../../../shaders/pooling/pyramid_max_nested_channels.wgsl';
import sweepWgsl from '../../../shaders/pooling/pyramid_max_sweep.wgsl';
import tableWgsl from '../../../shaders/pooling/pyramid_max_table.wgsl';
import workgroupWgsl from '../../../shaders/pooling/pyramid_max_workgroup.wgsl';
import { defineKernel } from '../../runtime/kernel.js';

/** Of max mode, forward. */
export const directKernel = defineKernel(maxWgsl);
export const workgroupKernel = defineKernel(workgroupWgsl);
export const channelsKernel = defineKernel(channelsWgsl);
export const nestedChannelsKernel = defineKernel(nestedChannelsWgsl);
export const tableKernel = defineKernel(tableWgsl);
export const nestedKernel = defineKernel(nestedWgsl);
export const sweepKernel = defineKernel(sweepWgsl);

/** Of the gradient, by rung and mode. */
export const gradientKernels = {
  gather: {
    max: defineKernel(gatherWgsl, 'pyramid_gather_max'),
    avg: defineKernel(gatherWgsl, 'pyramid_gather_avg'),
  },
  scatter: {
    max: defineKernel(maxGradientWgsl),
    avg: defineKernel(avgGradientWgsl),
  },
};
