import type { ReactNode } from "react";
import { useMedia } from "./useMedia";

export interface Column<T> {
  /** Name of the column; the first column is what the row is called. */
  header: string;
  cell: (row: T) => ReactNode;
  /** Numbers stand at the right. */
  align?: "start" | "end";
  /** Left out between a phone's cards and a wide screen. */
  wideOnly?: boolean;
}

interface DataTableProps<T> {
  /** What the rows are, for who cannot see the page around it. */
  caption: string;
  columns: readonly [Column<T>, ...Column<T>[]];
  rows: readonly T[];
  rowKey: (row: T) => string;
  /** A menu or button at the end of each row. */
  actions?: (row: T) => ReactNode;
}

/** Rows and columns; on a small screen each row is a card. */
export function DataTable<T>(props: DataTableProps<T>) {
  const narrow = useMedia("(max-width: 47.99rem)");
  return narrow ? <Cards {...props} /> : <Table {...props} />;
}

function Table<T>({ caption, columns, rows, rowKey, actions }: DataTableProps<T>) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full border-collapse text-left text-[0.9375rem]">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="text-sm text-text-soft">
            {columns.map((column) => (
              <th key={column.header} scope="col" className={`px-3 py-2.5 font-medium first:pl-5 last:pr-5 sm:first:pl-6 ${cellClass(column)}`}>
                {column.header}
              </th>
            ))}
            {actions !== undefined && (
              <th scope="col" className="w-0 py-2.5 pr-4">
                <span className="sr-only">Actions</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} className="border-t border-line transition-colors hover:bg-raised/50">
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.header} scope="row" className="px-3 py-3 font-medium first:pl-5 sm:first:pl-6">
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.header} className={`px-3 py-3 text-text-soft last:pr-5 ${cellClass(column)}`}>
                    {column.cell(row)}
                  </td>
                ),
              )}
              {actions !== undefined && <td className="py-2 pr-3 text-right whitespace-nowrap">{actions(row)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cellClass<T>({ align, wideOnly }: Column<T>): string {
  return `${align === "end" ? "text-right" : ""} ${wideOnly === true ? "max-xl:hidden" : ""}`;
}

function Cards<T>({ caption, columns: [title, ...rest], rows, rowKey, actions }: DataTableProps<T>) {
  return (
    <ul aria-label={caption} className="divide-y divide-line">
      {rows.map((row) => (
        <li key={rowKey(row)} className="px-5 py-4">
          <div className="flex items-start justify-between gap-3">
            <div className="min-w-0 flex-1 text-base font-medium">{title.cell(row)}</div>
            {actions !== undefined && <div className="-my-2 -mr-3 shrink-0">{actions(row)}</div>}
          </div>
          <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-[0.9375rem]">
            {rest.map((column) => (
              <div key={column.header} className="contents">
                <dt className="text-sm leading-6 text-text-faint">{column.header}</dt>
                <dd className="min-w-0 text-text-soft wrap-anywhere">{column.cell(row)}</dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}
