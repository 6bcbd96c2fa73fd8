package io.crius.image.pull;

import io.crius.image.registry.BlobStream;
import io.crius.model.CriusException;
import java.io.InputStream;

/** A blob that a decompressor reads from: lets others compute while it waits for the network. One thread. */
final class YieldingInput extends InputStream {
    private final BlobStream blob;
    private final PullBudget.Turn turn;
    private final PullProgress progress;

    YieldingInput(BlobStream blob, PullBudget.Turn turn, PullProgress progress) {
        this.blob = blob;
        this.turn = turn;
        this.progress = progress;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (blob.available() == 0) {
            turn.giveBack();
        }
        int count = blob.read(target, offset, length);
        progress.received(Math.max(0, count));
        takeTurn();
        return count;
    }

    private void takeTurn() {
        try {
            turn.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled("decompress a layer: cancelled", e);
        }
    }

    /** Reads on to the end, where the blob is checked. */
    void drain() {
        turn.giveBack();
        blob.drain();
    }
}
