package io.zrs.protocol;

/** The two versions of the original's protocol. They differ in their ids, and in that the older one has no blobs. */
enum Zrs2Version {
    ZRS20("zrs2.0"),
    ZRS21("zrs2.1");

    private final String id;

    Zrs2Version(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    boolean hasBlobs() {
        return this == ZRS21;
    }
}
