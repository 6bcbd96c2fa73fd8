package io.crius.linux;

/** Mounts overlays, by whichever way the kernel has. Blocks: runs on the caller's thread. Thread-safe. */
final class OverlayCalls {
    private final KernelFeatures features;
    private final OverlayByContext byContext = new OverlayByContext();
    private final OverlayByData byData = new OverlayByData();

    OverlayCalls(KernelFeatures features) {
        this.features = features;
    }

    void mount(OverlayMount overlay) throws ErrnoException {
        boolean tried = features.has(KernelFeature.MOUNT_API) && byContext.fits(overlay) && byContext.mount(overlay);
        if (!tried) {
            byData.mount(overlay);
        }
    }
}
