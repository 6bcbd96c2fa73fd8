package io.crius.server.edge;

import io.crius.server.image.ImageFsInfo;
import io.crius.server.image.ImageStatus;
import io.crius.server.image.ListImages;
import io.crius.server.image.PullImage;
import io.crius.server.image.RemoveImage;

/** The use cases on images. */
public record ImageCalls(PullImage pull, ListImages list, ImageStatus status, RemoveImage remove, ImageFsInfo fsInfo) {}
