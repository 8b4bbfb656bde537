import { activationKind } from './activation.js';
import { avgPoolKind } from './avg-pool.js';
import { borderKind } from './border.js';
import { flattenKind } from './flatten.js';
import { graphKindOf } from './graph.js';
import { addForeignKinds, kindOf } from './index.js';
import { preluKind } from './prelu.js';

export { activation, SELU } from './activation.js';
export { avgPool } from './avg-pool.js';
export { border } from './border.js';
export { flattened } from './flatten.js';
export { graph, graphShapes, isJoin, joinedShape } from './graph.js';
export { prelu } from './prelu.js';

/** Makes the kinds known that only networks of other programs have. Whoever reads such a network calls it, and so brings their code. */
export const useForeignKinds = (): void =>
  addForeignKinds({
    activation: activationKind,
    avgpool: avgPoolKind,
    border: borderKind,
    flatten: flattenKind,
    graph: graphKindOf((layer) => kindOf(layer)),
    prelu: preluKind,
  });
