import type { Picture } from '../picture/picture.js';
import type { ColourPca } from './colour-pca.js';

/**
 * The components of the colours of all pixels of pictures (Krizhevsky et al. 2012, section 4.1), for `colourShift`.
 * @throws SppgpuError where there is no picture
 */
export async function colourComponents(pictures: Iterable<Picture> | AsyncIterable<Picture>): Promise<ColourPca> {
  const { ColourStatistics } = await import('./colour-statistics.js');
  const statistics = new ColourStatistics();
  for await (const picture of pictures) statistics.add(picture);
  return statistics.components();
}
