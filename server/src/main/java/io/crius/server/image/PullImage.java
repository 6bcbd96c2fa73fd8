package io.crius.server.image;

import io.crius.image.pull.ImagePuller;
import io.crius.image.pull.PullRequest;
import io.crius.model.CriusException;
import io.crius.model.ImageId;

/** PullImage: fetches an image; callers with the same request share one pull. */
public final class PullImage {
    private final ImagePuller puller;

    public PullImage(ImagePuller puller) {
        this.puller = puller;
    }

    public ImageId pull(PullRequest request) {
        if (request.image().isEmpty()) {
            throw new CriusException.InvalidArgument("PullImage: no image specified");
        }
        return puller.pull(request);
    }
}
