// The pages of a long list.
import { button, h } from "./dom.js";
import { changed } from "./selection.js";
import { fr, number } from "./words.js";

/** How many actions stand on a page. */
export const PAGE = 20;

/** The page of a selection as the API takes it. */
export const pageOf = ({ after, before }) => (before ? { last: PAGE, before } : { first: PAGE, after });

/** Buttons to the pages before and after; `turn(selection)` follows a click. Null where one page is enough. */
export function pager(selection, { totalCount, pageInfo }, turn) {
  const last = Math.ceil(totalCount / PAGE);
  const { page } = selection;
  if (last < 2) return null;
  const back = () => turn(changed(selection, { ...(page > 2 && { before: pageInfo.startCursor }), page: page - 1 }));
  const on = () => turn(changed(selection, { after: pageInfo.endCursor, page: page + 1 }));
  return [
    button(fr`← Précédentes`, back, { disabled: !pageInfo.hasPreviousPage }),
    h("span", null, fr`Page ${number(page)} sur ${number(last)}`),
    button(fr`Suivantes →`, on, { disabled: !pageInfo.hasNextPage }),
  ];
}
