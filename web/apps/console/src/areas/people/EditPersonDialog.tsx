import { Button, Dialog, Field, FormError, Select, toast } from "@nexus/ui";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { failureOf } from "../../data/failure";
import { useAction } from "../../data/useAction";
import { changePerson } from "./changePerson";
import { type Person, ROLES } from "./people";

/** A person's name and role. */
export function EditPersonDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState(person.display_name);
  const [role, setRole] = useState(person.role);
  const save = useAction(
    () => changePerson(person, { display_name: name, role }),
    async () => {
      await queries.invalidateQueries({ queryKey: ["people"] });
      toast("Saved");
      onClose();
    },
  );
  const failure = failureOf(save);
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Edit ${person.display_name}`}
      onSubmit={() => save.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="strong" type="submit" busy={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      {failure !== undefined && <FormError>{failure}</FormError>}
      <Field label="Name" autoComplete="off" required value={name} onChange={({ target }) => setName(target.value)} />
      <Select label="Role" options={ROLES} value={role} onChange={setRole} />
    </Dialog>
  );
}
