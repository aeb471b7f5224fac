import { Menu as Base } from "@base-ui/react/menu";
import { Ellipsis, type LucideIcon } from "lucide-react";
import type { ReactElement } from "react";
import { IconButton } from "./IconButton";
import { POPUP } from "./popup";

export interface MenuItem {
  label: string;
  icon?: LucideIcon;
  onSelect: () => void;
  disabled?: boolean;
}

interface MenuProps {
  /** What the things in it are done to. */
  label: string;
  items: readonly MenuItem[];
  /** What opens it; three dots when absent. */
  trigger?: ReactElement;
  header?: ReactElement;
}

/** Things to do with one row or one person. */
export function Menu({ label, items, trigger, header }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger aria-label={label} render={trigger ?? <IconButton icon={Ellipsis} label={label} />} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} align="end" className="z-60">
          <Base.Popup className={`${POPUP} min-w-52 p-1`}>
            {header}
            {items.map(({ label: name, icon: Icon, onSelect, disabled = false }) => (
              <Base.Item
                key={name}
                disabled={disabled}
                onClick={onSelect}
                className="flex min-h-10 cursor-pointer items-center gap-3 rounded-control px-3 text-[0.9375rem] outline-none data-disabled:cursor-default data-disabled:opacity-50 data-highlighted:bg-hover"
              >
                {Icon !== undefined && <Icon aria-hidden className="size-4 text-text-soft" />}
                {name}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
