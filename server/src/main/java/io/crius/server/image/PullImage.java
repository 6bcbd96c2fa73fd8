package io.crius.server.image;

import io.crius.image.pull.ImagePuller;
import io.crius.image.pull.PullRequest;
import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.server.metrics.PullCounts;

/** PullImage: fetches an image; callers with the same request share one pull. */
public final class PullImage {
    private final ImagePuller puller;
    private final PullCounts counts;

    public PullImage(ImagePuller puller, PullCounts counts) {
        this.puller = puller;
        this.counts = counts;
    }

    public ImageId pull(PullRequest request) {
        if (request.image().isEmpty()) {
            throw new CriusException.InvalidArgument("PullImage: no image specified");
        }
        try {
            ImageId id = puller.pull(request);
            counts.succeeded();
            return id;
        } catch (CriusException e) {
            counts.failed(e);
            throw e;
        }
    }
}
