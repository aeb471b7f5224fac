import { take } from "@nexus/api";
import { Button, type Column, DataTable, Empty, Page, Panel, Tag, Time } from "@nexus/ui";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Building2, Plus } from "lucide-react";
import { useState } from "react";
import { gateway } from "../../data/clients";
import { QueryView } from "../../data/QueryView";
import { NameDialog } from "./NameDialog";
import { type Organisation, organisations } from "./organisations";
import { roleName } from "./roles";
import { planName } from "./seats";

const COLUMNS: readonly [Column<Organisation>, ...Column<Organisation>[]] = [
  {
    header: "Name",
    cell: ({ id, name }) => (
      <Link to="/organisations/$id" params={{ id }} className="block rounded-control wrap-anywhere hover:underline">
        {name}
      </Link>
    ),
  },
  { header: "You are", cell: ({ role }) => (role ? roleName(role) : "Not a member") },
  { header: "Members", cell: ({ members }) => members, align: "end" },
  { header: "Plan", cell: ({ plan }) => <Tag>{planName(plan)}</Tag> },
  { header: "Founded", cell: ({ created_at }) => <Time at={created_at} as="day" />, wideOnly: true },
];

/** The organisations that one belongs to. */
export function Organisations() {
  const query = useQuery(organisations);
  const [founding, setFounding] = useState(false);
  const begin = (
    <Button kind="strong" onClick={() => setFounding(true)}>
      <Plus aria-hidden className="size-4" />
      New organisation
    </Button>
  );
  return (
    <Page title="Organisations" description="Studios and companies: who belongs to them, their teams and their plan." actions={begin}>
      <Panel title="Yours" padding="flush">
        <QueryView query={query} what="organisations">
          {({ organisations: rows }) =>
            rows.length === 0 ? (
              <Empty icon={Building2} title="You belong to no organisation">
                <p>Found one for your studio and invite the others, or wait for somebody’s invitation.</p>
              </Empty>
            ) : (
              <DataTable caption="Organisations" columns={COLUMNS} rows={rows} rowKey={({ id }) => id} />
            )
          }
        </QueryView>
      </Panel>
      {founding && <Found onClose={() => setFounding(false)} />}
    </Page>
  );
}

function Found({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const found = async (name: string): Promise<void> => {
    const { id } = await take(gateway.POST("/api/v1/organisations", { body: { name } }));
    await queries.invalidateQueries(organisations);
    await navigate({ to: "/organisations/$id", params: { id } });
  };
  return <NameDialog title="New organisation" description="You will be its owner." verb="Found it" onSave={found} onClose={onClose} />;
}
