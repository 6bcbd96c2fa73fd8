package io.crius.server.edge;

import io.crius.cri.v1.AuthConfig;
import io.crius.cri.v1.FilesystemIdentifier;
import io.crius.cri.v1.FilesystemUsage;
import io.crius.cri.v1.ImageFilter;
import io.crius.cri.v1.ImageFsInfoRequest;
import io.crius.cri.v1.ImageFsInfoResponse;
import io.crius.cri.v1.ImageServiceGrpc;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.ImageStatusRequest;
import io.crius.cri.v1.ImageStatusResponse;
import io.crius.cri.v1.Int64Value;
import io.crius.cri.v1.ListImagesRequest;
import io.crius.cri.v1.ListImagesResponse;
import io.crius.cri.v1.PullImageRequest;
import io.crius.cri.v1.PullImageResponse;
import io.crius.cri.v1.RemoveImageRequest;
import io.crius.cri.v1.RemoveImageResponse;
import io.crius.cri.v1.StreamImagesRequest;
import io.crius.cri.v1.StreamImagesResponse;
import io.crius.cri.v1.UInt64Value;
import io.crius.image.Image;
import io.crius.image.auth.RequestAuth;
import io.crius.image.pull.PullRequest;
import io.crius.model.Latest;
import io.crius.server.explain.Requests;
import io.crius.storage.StoreUsage;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** ImageService on the wire. A call that is not here is not built yet and answers UNIMPLEMENTED with its name. */
final class ImageGrpc extends ImageServiceGrpc.ImageServiceImplBase {
    private final Calls calls;
    private final ImageCalls images;
    // kubelet lists all, again and again
    private final Latest<List<Image>, ListImagesResponse> wholeList = new Latest<>(ImageGrpc::answer);

    ImageGrpc(ImageCalls images, Requests requests) {
        this.calls = new Calls(requests);
        this.images = images;
    }

    @Override
    public void pullImage(PullImageRequest request, StreamObserver<PullImageResponse> out) {
        calls.answer("PullImage", out, () -> {
            String namespace = request.getSandboxConfig().getMetadata().getNamespace();
            var pull = new PullRequest(request.getImage().getImage(), auth(request.getAuth()), namespace);
            return PullImageResponse.newBuilder()
                    .setImageRef(images.pull().pull(pull).value())
                    .build();
        });
    }

    @Override
    public void listImages(ListImagesRequest request, StreamObserver<ListImagesResponse> out) {
        calls.answer("ListImages", out, () -> {
            Optional<String> name = name(request.getFilter());
            List<Image> found = images.list().list(name);
            return name.isPresent() ? answer(found) : wholeList.of(found);
        });
    }

    private static ListImagesResponse answer(List<Image> images) {
        return ListImagesResponse.newBuilder()
                .addAllImages(images.stream().map(ImageGrpc::image).toList())
                .build();
    }

    @Override
    public void streamImages(StreamImagesRequest request, StreamObserver<StreamImagesResponse> out) {
        calls.stream(
                "StreamImages",
                out,
                () -> images.list().list(name(request.getFilter())),
                chunk -> StreamImagesResponse.newBuilder()
                        .addAllImages(chunk.stream().map(ImageGrpc::image).toList())
                        .build());
    }

    @Override
    public void imageStatus(ImageStatusRequest request, StreamObserver<ImageStatusResponse> out) {
        calls.answer("ImageStatus", out, () -> {
            var reply = ImageStatusResponse.newBuilder();
            images.status().find(request.getImage().getImage()).ifPresent(found -> {
                reply.setImage(image(found));
                if (request.getVerbose()) {
                    reply.putAllInfo(images.status().info(found));
                }
            });
            return reply.build();
        });
    }

    @Override
    public void removeImage(RemoveImageRequest request, StreamObserver<RemoveImageResponse> out) {
        calls.answer("RemoveImage", out, () -> {
            images.remove().remove(request.getImage().getImage());
            return RemoveImageResponse.getDefaultInstance();
        });
    }

    @Override
    public void imageFsInfo(ImageFsInfoRequest request, StreamObserver<ImageFsInfoResponse> out) {
        calls.answer("ImageFsInfo", out, () -> {
            StoreUsage usage = images.fsInfo().usage();
            return ImageFsInfoResponse.newBuilder()
                    .addImageFilesystems(usage(usage.images(), usage.at()))
                    .addContainerFilesystems(usage(usage.containers(), usage.at()))
                    .build();
        });
    }

    private static Optional<String> name(ImageFilter filter) {
        String name = filter.getImage().getImage();
        return name.isEmpty() ? Optional.empty() : Optional.of(name);
    }

    private static RequestAuth auth(AuthConfig auth) {
        return new RequestAuth(
                auth.getUsername(),
                auth.getPassword(),
                auth.getAuth(),
                auth.getServerAddress(),
                auth.getIdentityToken(),
                auth.getRegistryToken());
    }

    private static io.crius.cri.v1.Image image(Image image) {
        var wire = io.crius.cri.v1.Image.newBuilder()
                .setId(image.id().value())
                .addAllRepoTags(image.repoTags())
                .addAllRepoDigests(image.repoDigests())
                .setSize(image.size().orElse(0))
                .setSpec(ImageSpec.newBuilder().setImage(image.id().value()).putAllAnnotations(image.annotations()))
                .setPinned(image.pinned() == Image.Pinned.YES);
        image.user().uid().ifPresent(uid -> wire.setUid(Int64Value.newBuilder().setValue(uid)));
        image.user().name().ifPresent(wire::setUsername);
        return wire.build();
    }

    private static FilesystemUsage usage(StoreUsage.Part part, Instant at) {
        return FilesystemUsage.newBuilder()
                .setTimestamp(Times.nanos(at))
                .setFsId(FilesystemIdentifier.newBuilder()
                        .setMountpoint(part.folder().toString()))
                .setUsedBytes(UInt64Value.newBuilder().setValue(part.size().bytes()))
                .setInodesUsed(UInt64Value.newBuilder().setValue(part.size().inodes()))
                .build();
    }
}
