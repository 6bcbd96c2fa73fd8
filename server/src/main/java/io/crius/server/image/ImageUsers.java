package io.crius.server.image;

import io.crius.model.ImageId;
import java.util.Optional;

/** Who shows the files of an image or artifact to its processes, beside those containers that are made of it. */
@FunctionalInterface
public interface ImageUsers {
    /** Nobody. */
    ImageUsers NONE = _ -> Optional.empty();

    /** The id of a container that has it mounted as a volume. Waits for nobody. */
    Optional<String> containerWith(ImageId image);
}
