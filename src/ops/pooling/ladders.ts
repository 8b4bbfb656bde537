import { type Ladder, onCpus, onGpus } from '../ladder.js';

export type MaxPoolGradient = 'gather' | 'scatter';
export type PyramidAlgorithm = 'direct' | 'nested';
export type PyramidGradient = 'gather' | 'scatter';

/** The gradient of max pooling. Both rungs give the same bits. */
export const maxPoolGradientLadder: Ladder<MaxPoolGradient, unknown> = {
  family: 'maxPool2d gradient',
  ops: ['maxPool2d', 'maxPool2dWithIndices'],
  ask: (gradient) => ({ gradient }),
  rungs: [
    {
      rung: 'gather',
      file: 'pooling/max_pool2d_gradient.wgsl',
      needs: {},
      chooseWhen: onGpus,
      why: 'an invocation per input cell looks at the outputs that cover it: as many invocations as cells',
    },
    {
      rung: 'scatter',
      file: 'pooling/scatter_max.wgsl',
      needs: {},
      chooseWhen: onCpus,
      why: "an invocation owns a plane and adds each output's gradient to its arg-max cell: far fewer loads, but a GPU has too few planes to fill it",
    },
  ],
};

/** Spatial pyramid pooling, forward, in max mode; average mode has one kernel. */
export const pyramidLadder: Ladder<PyramidAlgorithm, unknown> = {
  family: 'spatialPyramidPool',
  ops: ['spatialPyramidPool'],
  ask: (algorithm) => ({ algorithm }),
  rungs: [
    {
      rung: 'direct',
      file: 'pooling/pyramid_max.wgsl',
      needs: {},
      chooseWhen: onGpus,
      why: 'an invocation per bin: as many invocations as results',
    },
    {
      rung: 'nested',
      file: 'pooling/pyramid_max_nested.wgsl',
      needs: {},
      chooseWhen: onCpus,
      why: 'an invocation per row and channel makes coarse levels from finer ones: each cell is read about once',
    },
  ],
};

/** The gradient of spatial pyramid pooling, in both modes. Both rungs add in the same order. */
export const pyramidGradientLadder: Ladder<PyramidGradient, unknown> = {
  family: 'spatialPyramidPool gradient',
  ops: ['spatialPyramidPool'],
  ask: (gradient) => ({ gradient }),
  rungs: [
    {
      rung: 'gather',
      file: 'pooling/pyramid_gather.wgsl',
      needs: {},
      chooseWhen: onGpus,
      why: 'an invocation per input cell walks the windows and adds the bins that cover it: 2,000 windows over one image are only as many planes as channels',
    },
    {
      rung: 'scatter',
      file: 'pooling/pyramid_max_gradient.wgsl',
      needs: {},
      chooseWhen: onCpus,
      why: 'an invocation owns a plane and adds bin after bin: no search for bins',
    },
  ],
};
