package io.crius.storage.driver;

import io.crius.storage.owner.IdMappings;
import java.util.Optional;

/**
 * A layer to be made.
 *
 * @param parent the layer below, if any, which is complete
 * @param owners of the user namespace that the layer is made for, if any
 */
public record NewLayer(String id, Optional<String> parent, NewTree tree, Optional<IdMappings> owners) {
    /** The same without a user namespace. */
    public NewLayer withoutOwners() {
        return new NewLayer(id, parent, tree, Optional.empty());
    }
}
