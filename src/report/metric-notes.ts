/** What each metric says, in a sentence for readers of reports. It stands beside the table, for a page that only trains does not carry it. */
export const METRIC_NOTES: Readonly<Record<string, string>> = {
  loss: 'How surprised the net is by the right answer.',
  top1: 'The first answer is right.',
  top5: 'The right class is among the first five.',
  meanPerClass: 'The first answer is right; every class weighs the same.',
  map: 'How well each class ranks the held-out pictures, by VOC 2007’s 11 points; mean over the classes.',
  mapAllPoints: 'The same by the area under the curve, as from VOC 2010 on.',
  labelAccuracy: 'Share of all yes-or-no answers about classes that are right.',
};
