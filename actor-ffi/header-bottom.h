/* ----------------------------------------------------------------------------------------------
 * Inline helpers
 * ---------------------------------------------------------------------------------------------- */

/**
 * The tag of a name: FNV-1a over its bytes in 64 bits, with the top bit cleared. The same number as
 * art_tag_from_name, and as in C++ and Rust. `name` ends at its NUL.
 */
static inline uint64_t art_tag(const char *name)
{
    const uint64_t prime = ART_U64(0x00000100u, 0x000001b3u);
    uint64_t hash = ART_U64(0xcbf29ce4u, 0x84222325u);
    while (*name != '\0') {
        hash = (hash ^ ART_BYTE(*name)) * prime;
        ++name;
    }
    return hash & ART_U64(0x7fffffffu, 0xffffffffu);
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ACTOR_RT_H */
