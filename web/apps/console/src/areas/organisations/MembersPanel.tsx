import { type Column, DataTable, Panel, Menu, type MenuItem, Tag, Time } from "@nexus/ui";
import { useQuery } from "@tanstack/react-query";
import { Crown, DoorOpen, UserCog, UserMinus } from "lucide-react";
import { useState } from "react";
import { useMe } from "../../data/me";
import { QueryView } from "../../data/QueryView";
import { LeaveDialog } from "./LeaveDialog";
import { HandOverDialog } from "./HandOverDialog";
import { MemberRoleDialog } from "./MemberRoleDialog";
import { type Member, membersOf, type Organisation } from "./organisations";
import { assignable, type Role, roleName } from "./roles";

interface MembersPanelProps {
  organisation: Organisation;
  standing: Role;
}

type Doing = { what: "role" | "remove" | "hand over"; member: Member };

/** Who belongs to it. */
export function MembersPanel({ organisation, standing }: MembersPanelProps) {
  const query = useQuery(membersOf(organisation.id));
  const { user } = useMe();
  const [doing, setDoing] = useState<Doing | null>(null);
  const close = (): void => setDoing(null);
  const columns: readonly [Column<Member>, ...Column<Member>[]] = [
    {
      header: "Name",
      cell: ({ user: id, display_name, email }) => (
        <>
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            {display_name}
            {id === user.id && <Tag>You</Tag>}
          </span>
          <span className="block text-sm font-normal text-text-soft wrap-anywhere">{email}</span>
        </>
      ),
    },
    { header: "Role", cell: ({ role }) => roleName(role) },
    { header: "Joined", cell: ({ joined_at }) => <Time at={joined_at} as="day" /> },
  ];
  const items = (member: Member): readonly MenuItem[] => {
    const own = member.user === user.id;
    const may = assignable(standing).some(({ value }) => value === member.role);
    return [
      ...(may ? [{ label: "Change role", icon: UserCog, onSelect: () => setDoing({ what: "role", member }) }] : []),
      ...(organisation.role === "owner" && !own
        ? [{ label: "Hand over ownership", icon: Crown, onSelect: () => setDoing({ what: "hand over", member }) }]
        : []),
      ...(own
        ? [{ label: "Leave", icon: DoorOpen, onSelect: () => setDoing({ what: "remove", member }) }]
        : may
          ? [{ label: "Remove", icon: UserMinus, onSelect: () => setDoing({ what: "remove", member }) }]
          : []),
    ];
  };
  return (
    <Panel title="Members" padding="flush">
      <QueryView query={query} what="members">
        {({ members }) => (
          <DataTable
            caption="Members"
            columns={columns}
            rows={members}
            rowKey={({ user: id }) => id}
            actions={(member) => {
              const things = items(member);
              return things.length === 0 ? null : <Menu label={`Member ${member.display_name}`} items={things} />;
            }}
          />
        )}
      </QueryView>
      {doing?.what === "role" && <MemberRoleDialog organisation={organisation} member={doing.member} standing={standing} onClose={close} />}
      {doing?.what === "hand over" && <HandOverDialog organisation={organisation} member={doing.member} own={user.id} onClose={close} />}
      {doing?.what === "remove" && (
        <LeaveDialog organisation={organisation} member={doing.member} own={doing.member.user === user.id} onClose={close} />
      )}
    </Panel>
  );
}
