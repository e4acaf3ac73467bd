// A driver on gotd/td: sixteen requests down, ten parts up, over a pool of up to 32 connections to the home DC.
// Parts go from whoever has read one to whoever is free to send: nothing waits for an order that the server
// doesn't ask for, and no more parts are held than there are requests in flight.
package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"

	"github.com/gotd/td/crypto"
	"github.com/gotd/td/session"
	"github.com/gotd/td/telegram"
	"github.com/gotd/td/telegram/dcs"
	"github.com/gotd/td/tg"
)

const (
	partSize    = 512 * 1024
	requests    = 16
	uploads     = 10
	connections = 32
	bigFile     = 10 * 1024 * 1024
)

type peer struct {
	ChannelID  string `json:"channelId"`
	AccessHash string `json:"accessHash"`
}

type task struct {
	APIID   int    `json:"apiId"`
	APIHash string `json:"apiHash"`
	Session string `json:"session"`
	Server  struct {
		Host         string `json:"host"`
		Port         int    `json:"port"`
		DC           int    `json:"dcId"`
		PublicKeyPEM string `json:"publicKeyPem"`
	} `json:"server"`
	Source     peer  `json:"source"`
	Target     peer  `json:"target"`
	MessageIDs []int `json:"messageIds"`
	// Where files are downloaded to; empty: they are carried over.
	Folder string `json:"folder"`
}

func main() {
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	var work task
	line, err := input.ReadBytes('\n')
	check(err)
	check(json.Unmarshal(line, &work))
	key, err := publicKey(work.Server.PublicKeyPEM)
	check(err)
	storage := &session.StorageMemory{}
	check(store(storage, work.Session))
	client := telegram.NewClient(work.APIID, work.APIHash, telegram.Options{
		PublicKeys: []telegram.PublicKey{{RSA: key}},
		DC:         work.Server.DC,
		DCList: dcs.List{Options: []tg.DCOption{
			{ID: work.Server.DC, IPAddress: work.Server.Host, Port: work.Server.Port},
		}},
		SessionStorage: storage,
		NoUpdates:      true,
		// Parts of compressed files don't get smaller: what is left is the work of trying.
		CompressThreshold: -1,
	})
	check(client.Run(context.Background(), func(ctx context.Context) error {
		if _, err := client.Self(ctx); err != nil {
			return err
		}
		pool, err := client.Pool(connections)
		if err != nil {
			return err
		}
		defer pool.Close()
		fmt.Println(`{"event":"ready"}`)
		if _, err := input.ReadString('\n'); err != nil {
			return err
		}
		if work.Folder != "" {
			if err := download(ctx, client.API(), tg.NewClient(pool), work); err != nil {
				return err
			}
			work.MessageIDs = nil
		}
		for _, id := range work.MessageIDs {
			if err := carry(ctx, client.API(), tg.NewClient(pool), work, id); err != nil {
				return err
			}
		}
		fmt.Println(`{"event":"done"}`)
		_, _ = input.ReadString('\n')
		return nil
	}))
}

func carry(ctx context.Context, main *tg.Client, pool *tg.Client, work task, id int) error {
	source, target := work.Source, work.Target
	page, err := main.ChannelsGetMessages(ctx, &tg.ChannelsGetMessagesRequest{
		Channel: &tg.InputChannel{ChannelID: long(source.ChannelID), AccessHash: long(source.AccessHash)},
		ID:      []tg.InputMessageClass{&tg.InputMessageID{ID: id}},
	})
	if err != nil {
		return err
	}
	message, document, err := documentOf(page)
	if err != nil {
		return err
	}
	file, err := stream(ctx, pool, document)
	if err != nil {
		return err
	}
	_, err = main.MessagesSendMedia(ctx, &tg.MessagesSendMediaRequest{
		Peer:     &tg.InputPeerChannel{ChannelID: long(target.ChannelID), AccessHash: long(target.AccessHash)},
		Message:  message.Message,
		RandomID: randomLong(),
		Media: &tg.InputMediaUploadedDocument{
			File:       file,
			MimeType:   document.MimeType,
			Attributes: document.Attributes,
			ForceFile:  true,
		},
	})
	return err
}

type part struct {
	index int
	bytes []byte
}

func stream(ctx context.Context, api *tg.Client, document *tg.Document) (tg.InputFileClass, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if document.Size < bigFile {
		return nil, errors.New("only files from 10 MiB on")
	}
	total := int((document.Size + partSize - 1) / partSize)
	fileID := randomLong()
	wanted := make(chan int)
	arrived := make(chan part)
	var readers, writers sync.WaitGroup
	for range requests {
		readers.Go(func() {
			for index := range wanted {
				bytes, err := read(ctx, api, document, index)
				if err != nil {
					cancel(err)
					return
				}
				select {
				case arrived <- part{index, bytes}:
				case <-ctx.Done():
					return
				}
			}
		})
	}
	for range uploads {
		writers.Go(func() {
			for one := range arrived {
				saved, err := api.UploadSaveBigFilePart(ctx, &tg.UploadSaveBigFilePartRequest{
					FileID: fileID, FilePart: one.index, FileTotalParts: total, Bytes: one.bytes,
				})
				if err == nil && !saved {
					err = errors.New("a part was refused")
				}
				if err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	for index := range total {
		select {
		case wanted <- index:
		case <-ctx.Done():
		}
	}
	close(wanted)
	readers.Wait()
	close(arrived)
	writers.Wait()
	return &tg.InputFileBig{ID: fileID, Parts: total, Name: "file.bin"}, context.Cause(ctx)
}

func read(ctx context.Context, api *tg.Client, document *tg.Document, index int) ([]byte, error) {
	answer, err := api.UploadGetFile(ctx, &tg.UploadGetFileRequest{
		Location: &tg.InputDocumentFileLocation{
			ID: document.ID, AccessHash: document.AccessHash, FileReference: document.FileReference,
		},
		Offset: int64(index) * partSize,
		Limit:  partSize,
	})
	if err != nil {
		return nil, err
	}
	file, ok := answer.(*tg.UploadFile)
	if !ok {
		return nil, fmt.Errorf("unexpected %T", answer)
	}
	return file.Bytes, nil
}

func documentOf(page tg.MessagesMessagesClass) (*tg.Message, *tg.Document, error) {
	if messages, ok := page.AsModified(); ok {
		for _, one := range messages.GetMessages() {
			message, _ := one.(*tg.Message)
			if message == nil {
				continue
			}
			media, _ := message.Media.(*tg.MessageMediaDocument)
			if media == nil {
				continue
			}
			if document, ok := media.Document.AsNotEmpty(); ok {
				return message, document, nil
			}
		}
	}
	return nil, nil, errors.New("the message has no file")
}

// The form of GramJS: version, DC, length and name of the host, port, key.
func store(storage session.Storage, text string) error {
	data, err := base64.StdEncoding.DecodeString(text[1:])
	if err != nil {
		return err
	}
	length := int(binary.BigEndian.Uint16(data[1:]))
	host := string(data[3 : 3+length])
	port := binary.BigEndian.Uint16(data[3+length:])
	var key crypto.Key
	copy(key[:], data[5+length:])
	id := key.WithID().ID
	loader := session.Loader{Storage: storage}
	return loader.Save(context.Background(), &session.Data{
		DC: int(data[0]), Addr: fmt.Sprintf("%s:%d", host, port), AuthKey: key[:], AuthKeyID: id[:],
	})
}

func publicKey(text string) (*rsa.PublicKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("no PEM")
	}
	if key, err := x509.ParsePKCS1PublicKey(block.Bytes); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	rsaKey, ok := key.(*rsa.PublicKey)
	if !ok {
		return nil, errors.New("not RSA")
	}
	return rsaKey, nil
}

func long(text string) int64 {
	value, err := strconv.ParseInt(text, 10, 64)
	check(err)
	return value
}

func randomLong() int64 {
	var bytes [8]byte
	_, _ = rand.Read(bytes[:])
	return int64(binary.LittleEndian.Uint64(bytes[:]))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
