package io.crius.client;

import io.crius.cri.v1.AuthConfig;
import io.crius.cri.v1.Image;
import io.crius.cri.v1.ImageFilter;
import io.crius.cri.v1.ImageFsInfoRequest;
import io.crius.cri.v1.ImageFsInfoResponse;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.ImageStatusRequest;
import io.crius.cri.v1.ListImagesRequest;
import io.crius.cri.v1.PullImageRequest;
import io.crius.cri.v1.RemoveImageRequest;
import java.util.List;
import java.util.Optional;

/** The RPCs about images. Each blocks for its answer and fails with {@link io.grpc.StatusRuntimeException}. */
public final class ImageCalls {
    private final CriClient client;

    ImageCalls(CriClient client) {
        this.client = client;
    }

    /** PullImage without credentials; gives the image's id. */
    public String pull(String name) {
        return pull(PullImageRequest.newBuilder().setImage(spec(name)).build());
    }

    /** PullImage with credentials; gives the image's id. */
    public String pull(String name, AuthConfig auth) {
        return pull(
                PullImageRequest.newBuilder().setImage(spec(name)).setAuth(auth).build());
    }

    private String pull(PullImageRequest request) {
        return client.imageService(client.options().pullTimeout())
                .pullImage(request)
                .getImageRef();
    }

    /** ListImages without a filter. */
    public List<Image> list() {
        return client.imageService()
                .listImages(ListImagesRequest.getDefaultInstance())
                .getImagesList();
    }

    /** ListImages for one name, digest or id: at most one image. */
    public List<Image> list(String name) {
        ListImagesRequest request = ListImagesRequest.newBuilder()
                .setFilter(ImageFilter.newBuilder().setImage(spec(name)))
                .build();
        return client.imageService().listImages(request).getImagesList();
    }

    /** ImageStatus; empty when the node has no such image. */
    public Optional<Image> status(String name) {
        var response = client.imageService()
                .imageStatus(
                        ImageStatusRequest.newBuilder().setImage(spec(name)).build());
        return response.hasImage() ? Optional.of(response.getImage()) : Optional.empty();
    }

    /** RemoveImage. */
    public void remove(String name) {
        var _ = client.imageService()
                .removeImage(
                        RemoveImageRequest.newBuilder().setImage(spec(name)).build());
    }

    /** ImageFsInfo. */
    public ImageFsInfoResponse fileSystems() {
        return client.imageService().imageFsInfo(ImageFsInfoRequest.getDefaultInstance());
    }

    private static ImageSpec spec(String name) {
        return ImageSpec.newBuilder().setImage(name).build();
    }
}
